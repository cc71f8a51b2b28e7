/** SQL functions for private inference. */
package io.secmoe.udf;
