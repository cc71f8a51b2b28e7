// SPDX-License-Identifier: Apache-2.0
package io.secmoe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Looks for conversations that are written twice: two methods of a class, one for each party, that
 * differ in nothing but the party's name. What is only composed of other protocols is written once,
 * for a {@link io.secmoe.party.Party}.
 */
class SidesTest {
  private static final Path ROOT = Path.of("src/main/java/io/secmoe");
  private static final List<String> PACKAGES =
      List.of("protocol", "linear", "network", "moe", "layer");
  private static final Pattern METHOD =
      Pattern.compile("(?m)^ {2}[^\\n=;{}/*@]*?(\\w+)\\(\\s*(ClientParty c|ServerParty s)\\b");

  private record Side(String name, boolean client, String text) {
    boolean isTwinOf(Side other) {
      return client != other.client && text.equals(other.text);
    }
  }

  @Test
  void noConversationIsWrittenTwice() throws IOException {
    List<String> twins = new ArrayList<>();
    int sides = 0;
    for (String folder : PACKAGES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          List<Side> found = sides(Files.readString(file));
          sides += found.size();
          found.stream()
              .filter(side -> side.client && found.stream().anyMatch(side::isTwinOf))
              .forEach(side -> twins.add(file.getFileName() + " " + side.name));
        }
      }
    }
    assertTrue(sides > 60, sides + " methods of one party");
    assertEquals(List.of(), twins);
  }

  @Test
  void twinsAreFound() {
    String twice =
        """
          static int client(ClientParty c, int x) {
            return Mux.client(c, x);
          }

          static int server(ServerParty s, int x) {
            return Mux.server(s, x);
          }
        """;
    List<Side> sides = sides(twice.indent(2));
    assertEquals(2, sides.size());
    assertTrue(sides.get(0).isTwinOf(sides.get(1)));
  }

  private static List<Side> sides(String source) {
    List<Side> sides = new ArrayList<>();
    for (Matcher m = METHOD.matcher(source); m.find(); ) {
      boolean client = m.group(2).startsWith("Client");
      String text = source.substring(m.start(), end(source, m.end()));
      sides.add(new Side(m.group(1), client, anonymous(text)));
    }
    return sides;
  }

  /** Returns the place behind the body that begins after {@code from}. */
  private static int end(String source, int from) {
    int at = source.indexOf('{', from);
    int depth = 0;
    do {
      depth += source.charAt(at) == '{' ? 1 : source.charAt(at) == '}' ? -1 : 0;
      at++;
    } while (depth > 0);
    return at;
  }

  /** Returns the method without its party. */
  private static String anonymous(String method) {
    return method
        .replaceAll("\\b(ClientParty|ServerParty)\\b", "Party")
        .replaceAll("(?<=\\w)(Client|Server)\\(", "(")
        .replaceAll("\\b(client|server)\\b", "side")
        .replaceAll("\\b[cs]\\b", "p")
        .replaceAll("\\s+", " ");
  }
}
