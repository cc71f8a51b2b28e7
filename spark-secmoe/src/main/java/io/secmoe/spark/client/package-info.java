/**
 * The data owner's application. Read in this order: {@link io.secmoe.spark.client.ClientApplication},
 * {@link io.secmoe.spark.client.PrivateInference}, {@link io.secmoe.spark.client.InferPartition},
 * {@link io.secmoe.spark.client.ClientConversation}.
 */
package io.secmoe.spark.client;
