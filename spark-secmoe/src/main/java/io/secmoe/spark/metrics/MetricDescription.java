// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

/**
 * One metric for people. The documentation's table is made of these.
 *
 * @param name name under {@code <application>.<executor or driver>.plugin.<plugin's class>.}
 * @param kind counter, gauge, histogram or timer
 * @param where executor or driver
 * @param meaning one sentence
 */
public record MetricDescription(String name, String kind, String where, String meaning) {}
