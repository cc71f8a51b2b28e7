// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

/** The content of a page below Spark's header, made for each request. */
public interface PageBody {
  /**
   * Returns the page below its title.
   *
   * @param base where Spark's UI begins, to be put before paths such as {@code /stages/}; HTML,
   *     escaped
   */
  String html(String base);
}
