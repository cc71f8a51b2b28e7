/** Helpers of both applications' processes: versions, the native library, standard input. */
package io.secmoe.spark.process;
