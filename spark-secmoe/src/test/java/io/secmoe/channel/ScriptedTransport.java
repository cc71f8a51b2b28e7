// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.arrow.memory.ArrowBuf;

/** A peer that sends whatever the test says, and remembers why it was turned away. */
final class ScriptedTransport implements FrameTransport {
  final Queue<ArrowBuf> script = new ArrayDeque<>();
  String aborted;

  @Override
  public void send(ArrowBuf frame) {
    frame.close();
  }

  @Override
  public ArrowBuf receive() {
    if (script.isEmpty()) {
      throw new ChannelException(ChannelException.Kind.PEER_GONE, "the script is over");
    }
    return script.remove();
  }

  @Override
  public void abort(String reason) {
    aborted = reason;
  }

  @Override
  public void close() {
    script.forEach(ArrowBuf::close);
    script.clear();
  }
}
