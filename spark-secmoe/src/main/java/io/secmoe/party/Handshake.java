// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.channel.Channel;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Comes before any key. Both sides send the values that they assume, check every field of the other
 * side, and tell each other the outcome, so that both go on or both end with a named error.
 *
 * <p>Messages, each of {@link NamedValues#SIZE} bytes: client → server binding; server → client
 * binding; client → server verdict; server → client verdict. Two rounds. Everything is public.
 */
public final class Handshake {
  private static final int MAX_TEXT = 600;

  private Handshake() {}

  /**
   * Runs the client's side.
   *
   * @throws HandshakeException if a field differs, here or as the server sees it
   * @throws IllegalArgumentException if the binding is a server's, or too long
   */
  public static void client(Channel channel, Binding binding) {
    require(binding, Binding.Role.CLIENT);
    channel.meter().enter("session", "handshake");
    channel.send(NamedValues.write(binding.says(), channel.allocator()));
    HandshakeException difference = difference(binding, channel);
    channel.send(NamedValues.write(verdict(difference), channel.allocator()));
    conclude(difference, channel);
  }

  /** Runs the server's side; see {@link #client}. */
  public static void server(Channel channel, Binding binding) {
    require(binding, Binding.Role.SERVER);
    channel.meter().enter("session", "handshake");
    HandshakeException difference = difference(binding, channel);
    channel.send(NamedValues.write(binding.says(), channel.allocator()));
    HandshakeException refusal = refusal(channel);
    channel.send(NamedValues.write(verdict(difference), channel.allocator()));
    conclude(difference, refusal, channel);
  }

  private static void require(Binding binding, Binding.Role role) {
    if (binding.role() != role) {
      throw new IllegalArgumentException(
          "this side of the handshake is the " + role + "'s, its binding says " + binding.role());
    }
  }

  /** Returns the first difference between the peer's values and our expectation, or null. */
  private static HandshakeException difference(Binding binding, Channel channel) {
    Map<String, String> theirs;
    try (ArrowBuf in = channel.receive(NamedValues.SIZE)) {
      theirs = NamedValues.read(in);
    } catch (HandshakeException unreadable) {
      return unreadable;
    }
    Map<String, String> expected = binding.expects();
    for (Map.Entry<String, String> field : expected.entrySet()) {
      String value = theirs.get(field.getKey());
      if (!field.getValue().equals(value)) {
        return differs(field.getKey(), binding.says().get(field.getKey()), field.getValue(), value);
      }
    }
    if (theirs.size() != expected.size()) {
      return differs(
          Binding.Field.CODE_VERSION.label,
          binding.codeVersion(),
          binding.codeVersion(),
          "one with further fields");
    }
    return null;
  }

  private static HandshakeException differs(
      String field, String ours, String wanted, String theirs) {
    String value = theirs == null ? "nothing" : clean(theirs);
    String have = wanted.equals(ours) ? "this side has " + ours : "this side expects " + wanted;
    return new HandshakeException(
        field,
        wanted,
        value,
        "the two sides differ in "
            + field
            + ": "
            + have
            + ", the peer says "
            + value
            + "; "
            + Binding.Field.of(field).remedy);
  }

  private static Map<String, String> verdict(HandshakeException difference) {
    return difference == null
        ? Map.of("field", "", "reason", "")
        : Map.of("field", difference.field(), "reason", clean(difference.getMessage()));
  }

  /** Returns the difference that the peer found, or null. */
  private static HandshakeException refusal(Channel channel) {
    Map<String, String> theirs;
    try (ArrowBuf in = channel.receive(NamedValues.SIZE)) {
      theirs = NamedValues.read(in);
    } catch (HandshakeException unreadable) {
      return unreadable;
    }
    String field = theirs.getOrDefault("field", "message");
    return field.isEmpty()
        ? null
        : new HandshakeException(
            clean(field),
            "",
            "",
            "the peer refused the handshake: " + clean(theirs.getOrDefault("reason", "no reason")));
  }

  private static void conclude(HandshakeException difference, Channel channel) {
    conclude(difference, refusal(channel), channel);
  }

  private static void conclude(
      HandshakeException difference, HandshakeException refusal, Channel channel) {
    if (difference != null) {
      throw difference;
    }
    if (refusal != null) {
      throw refusal;
    }
    channel.meter().enter("session", "other");
  }

  /** Bounds a peer's text to one line, because it goes into messages and logs. */
  private static String clean(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
  }
}
