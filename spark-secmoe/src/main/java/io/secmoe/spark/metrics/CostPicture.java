// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws a report: two panels, one for bytes and one for seconds, with one bar per layer and one
 * colour per step. Many layers have wider panels, one above the other.
 */
public final class CostPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 560;

  /** The width of axis and legend. */
  private static final int MARGINS = 240;

  private static final int MIN_BAR = 44;

  /** The width per bar below which the layers' names slant. */
  private static final int NAME = 92;

  private static final int SLANT = 40;
  private static final double MEGABYTE = 1e6;

  /** The steps' colours, in an order in which neighbours differ. */
  private static final Color[] STEPS = {
    new Color(0x4c78a8),
    new Color(0xf2a65a),
    new Color(0x54a24b),
    new Color(0xb279a2),
    new Color(0xe45756),
    new Color(0x72b7b2),
    new Color(0x9d755d),
    new Color(0xeeca3b),
    new Color(0x2f4b7c),
    new Color(0xff9da6),
    new Color(0x88d27a),
    new Color(0x7b4ea3),
    new Color(0xa63603),
    new Color(0x1f7a78),
    new Color(0xd6a5c9),
    new Color(0xbab0ac)
  };

  private CostPicture() {}

  /** Writes a PNG; missing folders are made. */
  public static void write(CostReport report, Path file) {
    String subject =
        Units.count(report.rows(), "row") + " in " + Units.count(report.attempts(), "attempt");
    Cost total = report.total();
    CategoryChart bytes =
        panel(
            report,
            "Where the bytes went: " + Units.bytes(total.bytes()) + " for " + subject,
            "MB, both ways",
            cost -> cost.bytes() / MEGABYTE);
    CategoryChart seconds =
        panel(
            report,
            String.format(
                Locale.ROOT,
                "Where the seconds went: %,.0f s, summed over %s",
                total.seconds(),
                Units.count(report.attempts(), "attempt")),
            "seconds, waiting for the peer included",
            Cost::seconds);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (OutputStream out = Files.newOutputStream(file)) {
        boolean wide = bytes.getWidth() > WIDTH;
        BitmapEncoder.saveBitmap(
            List.of(bytes, seconds), wide ? 2 : 1, wide ? 1 : 2, out, BitmapFormat.PNG);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the picture " + file + " cannot be written", e);
    }
  }

  private static CategoryChart panel(
      CostReport report, String title, String unit, ToDoubleFunction<Cost> figure) {
    List<String> layers = report.costs().stream().map(Cost::layer).distinct().toList();
    int width = Math.max(WIDTH, MARGINS + MIN_BAR * layers.size());
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(width)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(unit)
            .build();
    style(chart.getStyler());
    if ((width - MARGINS) / Math.max(1, layers.size()) < NAME) {
      chart.getStyler().setXAxisLabelRotation(SLANT);
      chart.getStyler().setXAxisLabelAlignment(TextAlignment.Right);
      chart.getStyler().setXAxisLabelAlignmentVertical(TextAlignment.Right);
    }
    for (String step : report.costs().stream().map(Cost::step).distinct().toList()) {
      chart.addSeries(
          step, layers, layers.stream().map(layer -> sum(report, layer, step, figure)).toList());
    }
    return chart;
  }

  private static Double sum(
      CostReport report, String layer, String step, ToDoubleFunction<Cost> figure) {
    return report.costs().stream()
        .filter(cost -> cost.layer().equals(layer) && cost.step().equals(step))
        .mapToDouble(figure)
        .sum();
  }

  private static void style(CategoryStyler styler) {
    styler.setStacked(true);
    styler.setSeriesColors(STEPS);
    styler.setAvailableSpaceFill(0.62);
    styler.setChartPadding(22);
    styler.setChartTitlePadding(14);
    ChartStyle.apply(styler, 13);
    styler.setYAxisMin(0.0);
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setLegendLayout(LegendLayout.Vertical);
    styler.setLegendSeriesLineLength(14);
  }
}
