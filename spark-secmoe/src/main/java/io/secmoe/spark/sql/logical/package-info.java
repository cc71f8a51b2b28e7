/**
 * The logical operator of an inference and its expressions, and Catalyst's Scala signatures from
 * Java.
 */
package io.secmoe.spark.sql.logical;
