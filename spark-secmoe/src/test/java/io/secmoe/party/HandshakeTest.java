// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.Channel;
import io.secmoe.ring.Modulus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class HandshakeTest {
  private static final UUID SESSION = new UUID(1, 2);
  private static final UUID RUN = new UUID(3, 4);
  private static final String C = "c".repeat(64);
  private static final String S = "5".repeat(64);
  private static final Binding CLIENT =
      new Binding(
          Binding.Role.CLIENT,
          C,
          S,
          "digest",
          Profile.DEFAULT,
          "0.1+native 0.1",
          new Attempt(SESSION, RUN, 5, 6, 7, 8, 9),
          "SELECT");

  /** Returns the other side of a client's binding. */
  private static Binding server(Binding client) {
    return new Binding(
        Binding.Role.SERVER,
        client.peerFingerprint(),
        client.ownFingerprint(),
        client.modelDigest(),
        client.profile(),
        client.codeVersion(),
        client.attempt(),
        client.strategy());
  }

  private static Binding with(
      String own,
      String peer,
      String digest,
      Profile profile,
      String version,
      Attempt attempt,
      String strategy) {
    return new Binding(Binding.Role.CLIENT, own, peer, digest, profile, version, attempt, strategy);
  }

  private static Binding with(Attempt attempt) {
    return with(C, S, "digest", Profile.DEFAULT, CLIENT.codeVersion(), attempt, "SELECT");
  }

  /**
   * A client's binding that differs in one field, and how that field is called as the server sees
   * it.
   */
  record Case(String field, Binding client) {
    @Override
    public String toString() {
      return field;
    }
  }

  static Stream<Case> differences() {
    Profile p = Profile.DEFAULT;
    String v = CLIENT.codeVersion();
    Attempt a = CLIENT.attempt();
    return Stream.of(
        new Case("own fingerprint", with("d".repeat(64), S, "digest", p, v, a, "SELECT")),
        new Case("expected peer fingerprint", with(C, "6".repeat(64), "digest", p, v, a, "SELECT")),
        new Case("model digest", with(C, S, "another", p, v, a, "SELECT")),
        new Case(
            "profile",
            with(
                C,
                S,
                "digest",
                new Profile(List.of(60, 60, 60, 38), p.t(), p.ot()),
                v,
                a,
                "SELECT")),
        new Case(
            "profile",
            with(
                C,
                S,
                "digest",
                new Profile(p.primeBits(), new Modulus(137405399041L), p.ot()),
                v,
                a,
                "SELECT")),
        new Case("profile", with(C, S, "digest", p.with(OtExtension.SOFTSPOKEN_8), v, a, "SELECT")),
        new Case("profile", with(C, S, "digest", p.with(Comparison.RIPPLE), v, a, "SELECT")),
        new Case(
            "profile",
            with(
                C,
                S,
                "digest",
                new Profile(p.primeBits(), p.t(), p.ot(), p.otMemory() + 1),
                v,
                a,
                "SELECT")),
        new Case("code version", with(C, S, "digest", p, "0.2", a, "SELECT")),
        new Case("strategy", with(C, S, "digest", p, v, a, "ALL")),
        new Case("session", with(new Attempt(RUN, RUN, 5, 6, 7, 8, 9))),
        new Case("run", with(new Attempt(SESSION, SESSION, 5, 6, 7, 8, 9))),
        new Case("partition", with(new Attempt(SESSION, RUN, 50, 6, 7, 8, 9))),
        new Case("batch", with(new Attempt(SESSION, RUN, 5, 60, 7, 8, 9))),
        new Case("epoch", with(new Attempt(SESSION, RUN, 5, 6, 70, 8, 9))),
        new Case("rows", with(new Attempt(SESSION, RUN, 5, 6, 7, 80, 9))),
        new Case("padded length", with(new Attempt(SESSION, RUN, 5, 6, 7, 8, 90))));
  }

  @Test
  void sidesThatAgreeGoOn() {
    try (Conversation conversation = new Conversation()) {
      RuntimeException[] thrown =
          conversation.run(
              c -> Handshake.client(c, CLIENT), s -> Handshake.server(s, server(CLIENT)));
      assertNull(thrown[0]);
      assertNull(thrown[1]);
      double rounds =
          conversation.client.meter().entries().stream()
              .filter(e -> e.step().equals("handshake"))
              .findFirst()
              .orElseThrow()
              .all()
              .rounds();
      assertEquals(2, rounds);
      assertEquals(
          conversation.client.meter().totalSent(), conversation.server.meter().totalSent());
    }
  }

  @Test
  void everyFieldHasItsCase() {
    Set<String> covered =
        differences().map(Case::field).collect(Collectors.toCollection(TreeSet::new));
    covered.add("role");
    assertEquals(new TreeSet<>(CLIENT.says().keySet()), covered);
  }

  @ParameterizedTest
  @MethodSource("differences")
  void aDifferenceIsNamedOnBothSides(Case difference) {
    try (Conversation conversation = new Conversation()) {
      RuntimeException[] thrown =
          conversation.run(
              c -> Handshake.client(c, difference.client()),
              s -> Handshake.server(s, server(CLIENT)));
      HandshakeException here = assertInstanceOf(HandshakeException.class, thrown[1]);
      assertEquals(difference.field(), here.field());
      assertTrue(
          here.getMessage().contains(here.ours()) && here.getMessage().contains(here.theirs()),
          here.getMessage());
      assertEquals(difference.client().says().get(difference.field()), here.theirs());
      HandshakeException there = assertInstanceOf(HandshakeException.class, thrown[0]);
      if (!difference.field().contains("fingerprint")) {
        assertEquals(difference.field(), there.field());
      }
    }
  }

  /** A field that only one side can check: the other learns it from the verdict. */
  @Test
  void theSideThatSeesNothingWrongIsToldTheReason() {
    try (Conversation conversation = new Conversation()) {
      RuntimeException[] thrown =
          conversation.run(
              c -> Handshake.client(c, CLIENT),
              s -> {
                Map<String, String> lie = new HashMap<>(server(CLIENT).says());
                Binding pickier =
                    with(
                        C,
                        S,
                        "digest",
                        Profile.DEFAULT,
                        CLIENT.codeVersion(),
                        CLIENT.attempt(),
                        "ALL");
                serverThatSays(s, lie, server(pickier));
              });
      HandshakeException there = assertInstanceOf(HandshakeException.class, thrown[0]);
      assertEquals("strategy", there.field());
      assertTrue(there.getMessage().contains("the peer refused"), there.getMessage());
    }
  }

  /** Runs the server's side, but sends another binding than the one it checks. */
  private static void serverThatSays(Channel channel, Map<String, String> says, Binding checks) {
    channel.receive(NamedValues.SIZE).close();
    channel.send(NamedValues.write(says, channel.allocator()));
    channel.receive(NamedValues.SIZE).close();
    channel.send(
        NamedValues.write(
            Map.of("field", "strategy", "reason", "server wants " + checks.strategy()),
            channel.allocator()));
  }

  @Test
  void twoClientsRefuseEachOther() {
    try (Conversation conversation = new Conversation()) {
      Binding other =
          with(S, C, "digest", Profile.DEFAULT, CLIENT.codeVersion(), CLIENT.attempt(), "SELECT");
      RuntimeException[] thrown =
          conversation.run(c -> Handshake.client(c, CLIENT), c -> Handshake.client(c, other));
      for (RuntimeException e : thrown) {
        assertEquals("role", assertInstanceOf(HandshakeException.class, e).field());
      }
    }
  }

  @Test
  void aBindingOfTheWrongRoleIsACallersMistake() {
    try (Conversation conversation = new Conversation()) {
      assertThrows(
          IllegalArgumentException.class, () -> Handshake.server(conversation.server, CLIENT));
      assertThrows(
          IllegalArgumentException.class,
          () -> Handshake.client(conversation.client, server(CLIENT)));
    }
  }

  @Test
  void aValueThatDoesNotFitIsACallersMistake() {
    try (Conversation conversation = new Conversation()) {
      Binding huge = with(C, S, "x".repeat(5000), Profile.DEFAULT, "v", CLIENT.attempt(), "SELECT");
      assertThrows(
          IllegalArgumentException.class, () -> Handshake.client(conversation.client, huge));
    }
  }

  /** Random damage is either found or harmless; it never escapes as another kind of failure. */
  @Test
  void damagedBindingsAreRefusedByName() {
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      try (Conversation conversation = new Conversation()) {
        RuntimeException[] thrown =
            conversation.run(
                c -> clientThatDamages(c, random), s -> Handshake.server(s, server(CLIENT)));
        assertInstanceOf(HandshakeException.class, thrown[1]);
        assertTrue(thrown[1].getMessage().length() < 2000);
      }
    }
  }

  private static void clientThatDamages(Channel channel, Random random) {
    ArrowBuf message = NamedValues.write(CLIENT.says(), channel.allocator());
    for (int k = 0; k < 4; k++) {
      long at = random.nextInt(600);
      message.setByte(at, message.getByte(at) ^ (1 + random.nextInt(255)));
    }
    message.setByte(4095, 1);
    channel.send(message);
    channel.receive(NamedValues.SIZE).close();
    channel.send(NamedValues.write(Map.of("field", "", "reason", ""), channel.allocator()));
    channel.receive(NamedValues.SIZE).close();
  }
}
