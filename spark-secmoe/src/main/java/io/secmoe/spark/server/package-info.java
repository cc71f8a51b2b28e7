/**
 * The model owner's application. Read in this order: {@link
 * io.secmoe.spark.server.ServerApplication}, {@link io.secmoe.spark.server.Admissions} (driver),
 * {@link io.secmoe.spark.server.AttemptTask} and {@link io.secmoe.spark.server.ServerConversation}
 * (executors).
 */
package io.secmoe.spark.server;
