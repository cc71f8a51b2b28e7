/** A server's model as the client knows it: description, columns, limits of batches, errors. */
package io.secmoe.spark.remote;
