// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

import java.util.Locale;

/**
 * Builds HTML in the style of Spark's pages: headings, tables whose columns can be sorted, bars.
 * Escapes every text.
 */
public final class Html {
  private static final int BAR_WIDTH = 180;
  private static final String TO_SERVER = "#4c78a8";
  private static final String TO_CLIENT = "#f2a65a";

  private final StringBuilder out = new StringBuilder();

  /** Adds a heading with a count in brackets; nothing in brackets if {@code count} is negative. */
  public Html heading(String text, int count) {
    out.append("<h4 class=\"mt-4\">")
        .append(escape(text))
        .append(count < 0 ? "" : " (" + count + ")")
        .append("</h4>");
    return this;
  }

  public Html paragraph(String text) {
    out.append("<p class=\"text-body-secondary\">").append(escape(text)).append("</p>");
    return this;
  }

  /**
   * Begins a table.
   *
   * @param id for scripts and tests
   */
  public Html table(String id, String... columns) {
    out.append("<table id=\"")
        .append(escape(id))
        .append("\" class=\"table table-bordered table-sm table-striped sortable\"><thead><tr>");
    for (String column : columns) {
      out.append("<th>").append(escape(column)).append("</th>");
    }
    out.append("</tr></thead><tbody>");
    return this;
  }

  public Html row() {
    out.append("<tr>");
    return this;
  }

  public Html cell(String text) {
    out.append("<td>").append(escape(text)).append("</td>");
    return this;
  }

  /** Adds a figure for people with its exact value, by which the column is sorted. */
  public Html figure(String text, Number exact) {
    out.append("<td class=\"text-nowrap\" sorttable_customkey=\"")
        .append(exact)
        .append("\" title=\"")
        .append(exact)
        .append("\">")
        .append(escape(text))
        .append("</td>");
    return this;
  }

  public Html count(long number) {
    return figure(String.format(Locale.ROOT, "%,d", number), number);
  }

  public Html link(String href, String text) {
    out.append("<td><a href=\"")
        .append(escape(href))
        .append("\">")
        .append(escape(text))
        .append("</a></td>");
    return this;
  }

  /** Adds a short state in one of Bootstrap's colours, and further text about it. */
  public Html badge(String colour, String state, String more) {
    out.append("<td><span class=\"badge text-bg-")
        .append(escape(colour))
        .append("\">")
        .append(escape(state))
        .append("</span> ")
        .append(escape(more))
        .append("</td>");
    return this;
  }

  /**
   * Adds two shares of a whole as one bar, first in blue and second in orange; {@code whole} is the
   * full width.
   */
  public Html bar(double first, double second, double whole) {
    double scale = whole <= 0 ? 0 : BAR_WIDTH / whole;
    out.append("<td class=\"align-middle\" sorttable_customkey=\"")
        .append(first + second)
        .append("\"><svg width=\"")
        .append(BAR_WIDTH)
        .append("\" height=\"12\" role=\"img\" aria-label=\"share\">");
    rectangle(0, first * scale, TO_SERVER);
    rectangle(first * scale, second * scale, TO_CLIENT);
    out.append("</svg></td>");
    return this;
  }

  private void rectangle(double x, double width, String colour) {
    out.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"12\" fill=\"%s\"/>",
            x,
            width,
            colour));
  }

  /** Adds the meaning of the two colours of {@link #bar}. */
  public Html legend(String first, String second) {
    out.append("<p class=\"text-body-secondary\">");
    swatch(TO_SERVER, first);
    swatch(TO_CLIENT, second);
    out.append("</p>");
    return this;
  }

  private void swatch(String colour, String text) {
    out.append("<svg width=\"12\" height=\"12\"><rect width=\"12\" height=\"12\" fill=\"")
        .append(colour)
        .append("\"/></svg> ")
        .append(escape(text))
        .append(" &#160; ");
  }

  public Html endRow() {
    out.append("</tr>");
    return this;
  }

  public Html endTable() {
    out.append("</tbody></table>");
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
