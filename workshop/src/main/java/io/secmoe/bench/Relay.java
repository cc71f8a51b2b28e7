// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A network made of this process: connections to its port on loopback go on to the server's, and
 * every byte arrives as late as the network's bandwidth and half its round trip make it. What is on
 * its way is bounded, so that senders feel the bandwidth as on a real line.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Line toServer;
  private final Line toClient;

  private Relay(ServerSocket listener, int serverPort, Network network) {
    this.listener = listener;
    this.serverPort = serverPort;
    toServer = new Line(network);
    toClient = new Line(network);
  }

  static Relay start(int serverPort, Network network) throws IOException {
    Relay relay =
        new Relay(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), serverPort, network);
    daemon("secmoe-relay", relay::accept);
    return relay;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        sockets.addAll(List.of(client, server));
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        toServer.connect(client, server);
        toClient.connect(server, client);
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException("the relay to port " + serverPort + " fails", e);
      }
    }
  }

  static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
