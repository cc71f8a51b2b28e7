/** Two Spark clusters on this machine, one per party, and what their users may do to them: driven with spark-submit and the jar to submit. */
package io.secmoe.cluster;
