// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.ChannelException.Kind;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A channel against a peer that sends wrong frames. */
class FramedChannelTest {
  private static final int FULL = FrameHeader.MAX_PAYLOAD;

  private final BufferAllocator root = new RootAllocator();
  private final BufferAllocator own = root.newChildAllocator("own", 0, Long.MAX_VALUE);
  private final ScriptedTransport transport = new ScriptedTransport();
  private final FramedChannel channel = new FramedChannel(transport, own);

  @AfterEach
  void nothingIsLeft() {
    channel.close();
    own.close();
    root.close();
  }

  /** Returns a frame as an honest peer makes it, in the transport's memory. */
  private ArrowBuf frame(long sequence, long total, boolean last, int payload) {
    ArrowBuf frame = root.buffer(FrameHeader.SIZE + (long) payload);
    new FrameHeader(sequence, total, last).write(frame);
    frame.setZero(FrameHeader.SIZE, payload);
    frame.writerIndex(FrameHeader.SIZE + (long) payload);
    return frame;
  }

  private ChannelException refused(long expected, ArrowBuf... frames) {
    transport.script.addAll(List.of(frames));
    ChannelException e = assertThrows(ChannelException.class, () -> channel.receive(expected));
    assertEquals(Kind.MALFORMED, e.kind());
    assertNotNull(transport.aborted, "the peer was told");
    return e;
  }

  static Stream<Arguments> headerDamages() {
    return Stream.of(
        Arguments.of("magic", (Consumer<ArrowBuf>) f -> f.setInt(0, 1)),
        Arguments.of("version", (Consumer<ArrowBuf>) f -> f.setByte(4, 2)),
        Arguments.of("flags", (Consumer<ArrowBuf>) f -> f.setByte(5, 2)),
        Arguments.of("negative flags", (Consumer<ArrowBuf>) f -> f.setByte(5, -1)),
        Arguments.of("reserved", (Consumer<ArrowBuf>) f -> f.setShort(6, 1)),
        Arguments.of("sequence", (Consumer<ArrowBuf>) f -> f.setLong(8, 1)),
        Arguments.of("negative length", (Consumer<ArrowBuf>) f -> f.setLong(16, -10)),
        Arguments.of("greater length", (Consumer<ArrowBuf>) f -> f.setLong(16, 11)),
        Arguments.of("huge length", (Consumer<ArrowBuf>) f -> f.setLong(16, Long.MAX_VALUE)),
        Arguments.of("not the last", (Consumer<ArrowBuf>) f -> f.setByte(5, 0)),
        Arguments.of("cut payload", (Consumer<ArrowBuf>) f -> f.writerIndex(f.writerIndex() - 1)),
        Arguments.of("cut header", (Consumer<ArrowBuf>) f -> f.writerIndex(FrameHeader.SIZE - 1)),
        Arguments.of("nothing", (Consumer<ArrowBuf>) f -> f.writerIndex(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headerDamages")
  void everyDamageToAHeaderIsFound(String what, Consumer<ArrowBuf> damage) {
    transport.script.add(frame(0, 10, true, 10));
    try (ArrowBuf intact = channel.receive(10)) {
      assertEquals(10, intact.readableBytes());
    }
    ArrowBuf damaged = frame(1, 10, true, 10);
    damage.accept(damaged);
    if (what.equals("sequence")) {
      damaged.setLong(8, 0);
    }
    refused(10, damaged);
  }

  @Test
  void aMessageMayNotBeSplitElsewhereThanAtTheFrameLimit() {
    refused(10, frame(0, 10, false, 5), frame(1, 10, true, 5));
  }

  @Test
  void aSecondFrameOfAnotherMessageIsRefused() {
    refused(FULL + 5, frame(0, FULL + 5, false, FULL), frame(1, FULL + 6, true, 5));
  }

  @Test
  void aRepeatedFrameIsRefused() {
    refused(FULL + 5, frame(0, FULL + 5, false, FULL), frame(0, FULL + 5, true, 5));
  }

  @Test
  void aFrameAboveTheLimitIsRefused() {
    ArrowBuf big = frame(0, FULL + 1, true, FULL + 1);
    assertTrue(
        refused(FULL + 1, big).getMessage().contains(String.valueOf(FrameHeader.MAX_FRAME + 1)));
  }

  @Test
  void aMessageThatGoesOnTooLongIsRefused() {
    refused(FULL, frame(0, FULL, false, FULL));
  }

  @Test
  void aPeerThatStopsInTheMiddleLeavesNothing() {
    transport.script.add(frame(0, FULL + 5, false, FULL));
    assertEquals(
        Kind.PEER_GONE,
        assertThrows(ChannelException.class, () -> channel.receive(FULL + 5)).kind());
  }

  @Test
  void memoryThatDoesNotSufficeLeavesNothing() {
    own.setLimit(FULL);
    transport.script.add(frame(0, 3L * FULL, false, FULL));
    assertThrows(RuntimeException.class, () -> channel.receive(3L * FULL));
    own.setLimit(1 << 16);
    assertThrows(
        OutOfMemoryException.class,
        () -> {
          ArrowBuf message = root.buffer(1 << 20);
          message.writerIndex(1 << 20);
          channel.send(message);
        });
  }

  @Test
  void aSmallMessageIsNotCopied() {
    ArrowBuf frame = frame(0, 1000, true, 1000);
    long address = frame.memoryAddress();
    transport.script.add(frame);
    try (ArrowBuf message = channel.receive(1000)) {
      assertEquals(address + FrameHeader.SIZE, message.memoryAddress());
      assertSame(own, message.getReferenceManager().getAllocator());
    }
  }

  @Test
  void framesOfAForeignRootAreCopied() {
    try (BufferAllocator foreign = new RootAllocator()) {
      ArrowBuf frame = foreign.buffer(FrameHeader.SIZE + 8);
      new FrameHeader(0, 8, true).write(frame);
      frame.setLong(FrameHeader.SIZE, 42);
      frame.writerIndex(FrameHeader.SIZE + 8);
      transport.script.add(frame);
      try (ArrowBuf message = channel.receive(8)) {
        assertEquals(42, message.getLong(0));
        assertEquals(0, foreign.getAllocatedMemory());
      }
    }
  }

  @Test
  void onlyReadableBytesAreSentAndReceived() {
    ArrowBuf padded = root.buffer(FrameHeader.SIZE + 32);
    new FrameHeader(0, 8, true).write(padded.slice(8, FrameHeader.SIZE));
    padded.setLong(8 + FrameHeader.SIZE, 7);
    padded.readerIndex(8);
    padded.writerIndex(8 + FrameHeader.SIZE + 8);
    transport.script.add(padded);
    try (ArrowBuf message = channel.receive(8)) {
      assertEquals(8, message.readableBytes());
      assertEquals(7, message.getLong(message.readerIndex()));
    }
  }

  @Test
  void aNegativeSizeIsACallersMistake() {
    assertThrows(IllegalArgumentException.class, () -> channel.receive(-1));
  }
}
