// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.channel.FrameTransport;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A transport that calls back for every frame, on the conversation's own thread. It can take the
 * fingerprint of the next frame sent. An observer of the network sees the same frames.
 */
final class ObservedTransport implements FrameTransport {
  private final FrameTransport transport;
  private final Runnable onFrame;
  private boolean wanted;
  private String fingerprint = "";

  ObservedTransport(FrameTransport transport, Runnable onFrame) {
    this.transport = transport;
    this.onFrame = onFrame;
  }

  /** Takes the fingerprint of the next frame that is sent. */
  void takeFingerprint() {
    wanted = true;
  }

  /** Returns the SHA-256 in hexadecimal, or an empty text if no frame was sent since. */
  String fingerprint() {
    return fingerprint;
  }

  @Override
  public void send(ArrowBuf frame) {
    if (wanted) {
      wanted = false;
      fingerprint = sha256(frame);
    }
    onFrame.run();
    transport.send(frame);
  }

  @Override
  public ArrowBuf receive() {
    onFrame.run();
    return transport.receive();
  }

  private static String sha256(ArrowBuf frame) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(frame.nioBuffer());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void abort(String reason) {
    transport.abort(reason);
  }

  @Override
  public void close() {
    transport.close();
  }
}
