// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import io.secmoe.spark.metrics.CostPicture;
import io.secmoe.spark.metrics.CostReport;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;

/** Pictures for the Java kernel, which shows any image that a cell ends with. */
public final class Pictures {
  private static final int SIDE = 8;
  private static final int ZOOM = 9;
  private static final int GAP = 18;
  private static final int CAPTION = 40;
  private static final int COLUMNS = 9;
  private static final Color INK = new Color(0x2b2f36);
  private static final Color FAINT = new Color(0x8a929c);

  private Pictures() {}

  /**
   * Shows handwritten digits, nine in a line, each with two lines of text below.
   *
   * @param rows features (64 numbers from 0 to 1, row by row), first line, second line
   */
  public static BufferedImage digits(List<Row> rows) {
    int cell = SIDE * ZOOM + GAP;
    int lines = (rows.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image = blank(COLUMNS * cell + GAP, lines * (cell + CAPTION));
    Graphics2D pen = pen(image);
    for (int i = 0; i < rows.size(); i++) {
      int x = GAP + i % COLUMNS * cell;
      int y = GAP / 2 + i / COLUMNS * (cell + CAPTION);
      digit(pen, rows.get(i).getList(0), x, y);
      text(pen, rows.get(i).get(1), Font.BOLD, INK, x, y + SIDE * ZOOM + 17);
      text(pen, rows.get(i).get(2), Font.PLAIN, FAINT, x, y + SIDE * ZOOM + 34);
    }
    pen.dispose();
    return image;
  }

  private static void digit(Graphics2D pen, List<Number> pixels, int x, int y) {
    for (int p = 0; p < SIDE * SIDE; p++) {
      float light = 1 - Math.min(1, Math.max(0, pixels.get(p).floatValue()));
      pen.setColor(new Color(0.17f + 0.80f * light, 0.18f + 0.80f * light, 0.21f + 0.77f * light));
      pen.fillRect(x + p % SIDE * ZOOM, y + p / SIDE * ZOOM, ZOOM, ZOOM);
    }
  }

  private static void text(Graphics2D pen, Object text, int style, Color colour, int x, int y) {
    pen.setFont(new Font(Font.SANS_SERIF, style, 13));
    pen.setColor(colour);
    pen.drawString(String.valueOf(text), x, y);
  }

  /** Draws the bytes and the seconds of an inference, layer by layer. */
  public static BufferedImage costs(CostReport report) throws IOException {
    Path file = Files.createTempFile("secmoe-costs", ".png");
    try {
      CostPicture.write(report, file);
      return ImageIO.read(file.toFile());
    } finally {
      Files.delete(file);
    }
  }

  private static BufferedImage blank(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, width, height);
    pen.dispose();
    return image;
  }

  private static Graphics2D pen(BufferedImage image) {
    Graphics2D pen = image.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    return pen;
  }
}
