// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

/** What a page shows below Spark's header, made anew for each request. */
public interface PageBody {
  /**
   * Returns the page below its title.
   *
   * @param base where Spark's UI begins, to be put before paths such as {@code /stages/}; HTML,
   *     escaped
   */
  String html(String base);
}
