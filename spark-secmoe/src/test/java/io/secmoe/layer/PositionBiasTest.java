// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionBiasTest {
  /**
   * The distances −300 to 300 at which transformers 4.57.1 (T5Attention._relative_position_bucket)
   * changes its value, and the values.
   */
  @ParameterizedTest
  @CsvSource({
    "true,32,128,-300:15 -90:14 -63:13 -45:12 -31:11 -22:10 -15:9 -11:8 -7:7 -6:6 -5:5 -4:4 -3:3"
        + " -2:2 -1:1 0:0 1:17 2:18 3:19 4:20 5:21 6:22 7:23 8:24 12:25 16:26 23:27 32:28 46:29"
        + " 64:30 91:31",
    "false,32,128,-300:31 -112:30 -98:29 -86:28 -76:27 -66:26 -58:25 -51:24 -45:23 -39:22 -34:21"
        + " -30:20 -26:19 -23:18 -20:17 -18:16 -15:15 -14:14 -13:13 -12:12 -11:11 -10:10 -9:9 -8:8"
        + " -7:7 -6:6 -5:5 -4:4 -3:3 -2:2 -1:1 0:0",
    "true,8,20,-300:3 -6:2 -1:1 0:0 1:5 2:6 7:7",
    "false,6,10,-300:5 -6:4 -4:3 -2:2 -1:1 0:0",
    "true,12,33,-300:5 -14:4 -6:3 -2:2 -1:1 0:0 1:7 2:8 3:9 7:10 15:11",
    "true,64,256,-300:31 -215:30 -181:29 -152:28 -127:27 -107:26 -90:25 -76:24 -63:23 -53:22 -45:21"
        + " -38:20 -31:19 -26:18 -22:17 -19:16 -15:15 -14:14 -13:13 -12:12 -11:11 -10:10 -9:9 -8:8"
        + " -7:7 -6:6 -5:5 -4:4 -3:3 -2:2 -1:1 0:0 1:33 2:34 3:35 4:36 5:37 6:38 7:39 8:40 9:41"
        + " 10:42 11:43 12:44 13:45 14:46 15:47 16:48 20:49 23:50 27:51 32:52 39:53 46:54 54:55"
        + " 64:56 77:57 91:58 108:59 128:60 153:61 182:62 216:63",
    "false,10,1000,-300:8 -120:7 -41:6 -14:5 -4:4 -3:3 -2:2 -1:1 0:0"
  })
  void bucketsAreThoseOfTheLibrary(
      boolean bidirectional, int buckets, int maxDistance, String changes) {
    String[] at = changes.split(" ");
    for (int i = 0; i < at.length; i++) {
      int from = Integer.parseInt(at[i].split(":")[0]);
      int to = i + 1 < at.length ? Integer.parseInt(at[i + 1].split(":")[0]) : 301;
      for (int distance = from; distance < to; distance++) {
        assertEquals(
            Integer.parseInt(at[i].split(":")[1]),
            PositionBias.bucket(distance, bidirectional, buckets, maxDistance),
            "distance " + distance);
      }
    }
  }

  @Test
  void shapesAreChecked() {
    assertEquals(0, PositionBias.NONE.at(3, -7));
    assertThrows(
        IllegalArgumentException.class, () -> PositionBias.relative(true, 128, new double[0][]));
    assertThrows(
        IllegalArgumentException.class, () -> PositionBias.relative(true, 128, new double[2][3]));
    assertThrows(
        IllegalArgumentException.class, () -> PositionBias.relative(true, 8, new double[2][32]));
  }
}
