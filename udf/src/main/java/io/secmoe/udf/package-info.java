/**
 * Private inference as SQL functions, over the public parts of {@code io.secmoe.spark}: no
 * cryptography, no channel. Read {@link io.secmoe.udf.SecMoeExtensions}, then {@link
 * io.secmoe.udf.ExtractCalls}.
 */
package io.secmoe.udf;
