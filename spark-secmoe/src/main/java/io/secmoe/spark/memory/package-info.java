/** Budgets and plans of native memory. */
package io.secmoe.spark.memory;
