// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import io.secmoe.spark.metrics.ChartStyle;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws bytes per element beside the reference's, as bars on a logarithmic scale. */
public final class CostChart {
  private static final int WIDTH = 980;
  private static final int HEIGHT = 520;
  private static final Color REFERENCE = new Color(0xbab0ac);
  private static final Color OURS = new Color(0x4c78a8);

  private CostChart() {}

  /** Writes a PNG of the rows that have a reference. */
  public static void write(Measurements all, Path file) throws IOException {
    List<CostRow> compared = CostRow.ALL.stream().filter(r -> r.reference() > 0).toList();
    List<String> names = compared.stream().map(CostRow::name).toList();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Bytes per element, both ways")
            .yAxisTitle("bytes, logarithmic")
            .build();
    style(chart.getStyler());
    chart.addSeries(
        "SPU 0.9.5, Cheetah, 64-bit ring",
        names,
        compared.stream().map(CostRow::reference).toList());
    chart.addSeries(
        "here, silent OT", names, compared.stream().map(r -> CostTable.bytes(all, r)).toList());
    try (OutputStream out = Files.newOutputStream(file)) {
      BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
    }
  }

  private static void style(CategoryStyler styler) {
    styler.setSeriesColors(new Color[] {REFERENCE, OURS});
    styler.setYAxisLogarithmic(true);
    styler.setYAxisMin(1.0);
    styler.setYAxisMax(2000.0);
    styler.setLabelsVisible(true);
    styler.setLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
    styler.setAvailableSpaceFill(0.8);
    styler.setXAxisLabelRotation(30);
    styler.setChartPadding(18);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    ChartStyle.apply(styler, 12);
  }
}
