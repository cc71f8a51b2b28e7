package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SwitchPlanTest {
  @TempDir
  Path directory;

  static List<String> names() {
    return SwitchCheckpoints.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCheckpointIsCalibratedAndServed(String name) {
    SwitchCheckpoints.copy(name, directory, config -> {});
    int[][] ids = SwitchCheckpoints.expected(name).ids();
    Calibration calibration = CalibrateCommand.run(directory, ids);
    System.err.println(calibration);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      for (Output output : checkpoint.architecture().outputs()) {
        ServerModel model = ServerModel.load(directory, io.secmoe.party.Profile.DEFAULT, output);
        assertEquals(model.layers(), LayerList.fromJson(model.layers().toJson()));
      }
    }
  }
}
