/**
 * The data owner's application. Read in this order: {@link
 * io.secmoe.spark.client.ClientApplication}, {@link io.secmoe.spark.client.PrivateInference},
 * {@link io.secmoe.spark.sql.execution.InferPartition}, {@link
 * io.secmoe.spark.attempt.ClientConversation}.
 */
package io.secmoe.spark.client;
