// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameHeader;
import java.time.Duration;

/**
 * Time limits of connections.
 *
 * @param peerDeath how long it may take to notice that the peer's machine or process has stopped
 *     silently (a process that ends is noticed at once); the client's side cannot go below 20 s,
 *     which is a limit of gRPC
 * @param silence how long a living peer may compute without sending or reading a byte
 * @param connect how long it may take to make a connection
 */
public record Limits(Duration peerDeath, Duration silence, Duration connect) {
  /** The defaults: 60 s, 30 min, 10 s. */
  public static final Limits DEFAULT =
      new Limits(Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofSeconds(10));

  /** Longest poll for a ticket. */
  public static final Duration MAX_POLL = Duration.ofSeconds(30);

  /**
   * The most conversations that one server has open at once. Clients have them in {@link
   * FairShare}s, as everything that is bounded below.
   */
  static final int MAX_CONVERSATIONS = 512;

  /**
   * The most other calls that one server has open at once. Each is answered at once or after a
   * poll.
   */
  static final int MAX_CALLS = 512;

  /** The most calls among them that wait for a ticket; each holds a thread. */
  static final int MAX_POLLS = 128;

  /** The pause before a client asks again if its share of polls is used up. */
  static final Duration NO_POLL = Duration.ofSeconds(1);

  /** Frames that a peer may send ahead of the reader. */
  static final int FRAMES_AHEAD = 4;

  /**
   * Bytes that the received frames of one conversation may take: those ahead of the reader, the
   * latest, and as many again in reserve.
   */
  static final long CONVERSATION_MEMORY = 2L * FRAMES_AHEAD * FrameHeader.MAX_FRAME;

  /** gRPC's flow-control window: the bytes that may be on their way unread. */
  static final int WINDOW = 8 << 20;

  /**
   * The time that the peer may take to read the last messages before an end in good order; after it
   * the call is cut.
   */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** The grace after a farewell, in place of {@link #GRACE}. */
  static final Duration FAREWELL = Duration.ofSeconds(1);

  /** The grace if the peer has answered the latest message, in place of {@link #GRACE}. */
  static final Duration ANSWERED = Duration.ofMillis(250);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming the limit
   */
  public Limits {
    positive("peerDeath", peerDeath);
    positive("silence", silence);
    positive("connect", connect);
  }

  private static void positive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofDays(7)) > 0) {
      throw new IllegalArgumentException(
          "the limit " + name + " is " + value + "; allowed is 10 ms to 7 days");
    }
  }
}
