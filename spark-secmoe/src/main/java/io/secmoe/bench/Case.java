package io.secmoe.bench;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import java.util.Map;

/** One measurement between two parties. Both processes build the same case from the same arguments. */
interface Case {
  /** Parameters by their own names, for the JSON line. */
  Map<String, Object> parameters();

  Profile profile();

  /** A guess of the duration on two cores, for the reader's patience. */
  double estimateSeconds();

  /** The client's side; returns figures to print, the error among them. What is in the meter's layer "check" is not counted. */
  Map<String, Object> client(ClientParty c);

  /** The server's side; returns figures to print. */
  Map<String, Object> server(ServerParty s);

  /** What a party's meter has counted, after its side has run: by default all of it, as it travelled. */
  default Figures figures(Party p, Map<String, Object> extra) {
    return Figures.of(p.channel().meter(), extra);
  }

  static Case of(Arguments a) {
    return switch (a.name()) {
      case "moe-layer" -> MoeLayerCase.of(a);
      case "op" -> OpCase.of(a);
      default -> throw new IllegalArgumentException("no benchmark is called '" + a.name() + "'; there are moe-layer, op, gemm, table");
    };
  }

  /** Both kinds of OT extension that can be asked for by {@code --ot}: softspoken-1, -2, -4 or -8. */
  static Profile profile(Arguments a) {
    String ot = a.text("ot", "softspoken-4");
    if (!ot.matches("softspoken-[1248]")) {
      throw new IllegalArgumentException("--ot " + ot + " is not one of softspoken-1, softspoken-2, softspoken-4, softspoken-8");
    }
    return new Profile(Profile.DEFAULT.primeBits(), Profile.DEFAULT.t(), Integer.parseInt(ot.substring("softspoken-".length())));
  }
}
