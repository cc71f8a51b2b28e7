/**
 * Configuration: every key of both applications in one class, {@link
 * io.secmoe.spark.conf.SecMoeConf}.
 */
package io.secmoe.spark.conf;
