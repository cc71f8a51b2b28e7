/** The physical operators of an inference, and the exchange that deals out rows by their number. */
package io.secmoe.spark.sql.execution;
