/** SecMoE's tabs in the Spark UI, in the style of Spark's own pages. Public figures only. */
package io.secmoe.spark.ui;
