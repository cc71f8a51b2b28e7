/** The example: two parties as two processes on this machine, and a comparison with the plaintext model. */
package io.secmoe.spark.demo;
