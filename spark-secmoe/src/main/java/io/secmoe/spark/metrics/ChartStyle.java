// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.CategoryStyler;

/** The common style of SecMoE's charts: dark text, light rules, no boxes. */
public final class ChartStyle {
  private static final Color INK = new Color(0x2b2f36);
  private static final Color RULE = new Color(0xdfe3e8);
  private static final int TITLE_SIZE = 16;

  private ChartStyle() {}

  /** Sets colours, fonts and lines; {@code size} is the size of all text but the title. */
  public static void apply(CategoryStyler styler, int size) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, size);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(INK);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, TITLE_SIZE));
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(RULE);
    styler.setAxisTickMarksColor(RULE);
    styler.setAxisTickLabelsColor(INK);
    styler.setAxisTickLabelsFont(plain);
    styler.setAxisTitleFont(plain);
    styler.setYAxisDecimalPattern("#,##0");
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendFont(plain);
  }
}
