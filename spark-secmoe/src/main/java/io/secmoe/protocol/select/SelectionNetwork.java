// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The public wiring that finds the k largest of E candidates in descending order. Candidate e
 * starts on wire e. A match leaves the larger value on its first wire.
 *
 * <p>The construction pairs neighbours. At most ⌊k/2⌋ of the k largest lose, so it recurses into
 * the winners with k and into the losers with ⌊k/2⌋, and merges both lists by Batcher's odd-even
 * merge. It leaves out matches whose outcome is known (the j-th winner is at least the j-th loser)
 * and matches that no output depends on. This takes fewer matches than sorting blocks of k and
 * merging them: 529 instead of 604 for k = 8 of E = 128, and the best known 19 for 8 of 8. Source:
 * Yao's selection networks as in Knuth, The Art of Computer Programming 3, section 5.3.4.
 *
 * <p>All pairings come before all merges. In a pairing, every candidate that the first wire may
 * hold has a lower index than every candidate that the second wire may hold.
 *
 * @param pairings layers of matches on disjoint wires; the whole tournament if k = 1
 * @param merges layers of matches on disjoint wires, after the pairings
 * @param winners wires of the k largest, descending
 */
record SelectionNetwork(
    List<List<Match>> pairings, List<List<Match>> merges, List<Integer> winners) {
  /** A match of two wires, which exchanges them if the second holds more. */
  record Match(int first, int second) {}

  static SelectionNetwork of(int candidates, int k) {
    return new Builder(candidates).build(k);
  }

  /** Returns the number of matches in all layers. */
  static int count(List<List<Match>> layers) {
    return layers.stream().mapToInt(List::size).sum();
  }

  /** Returns the wires that pairings leave to merges or to the output, ascending. */
  int[] finalists() {
    BitSet wires = new BitSet();
    winners.forEach(wires::set);
    merges.forEach(
        layer ->
            layer.forEach(
                m -> {
                  wires.set(m.first);
                  wires.set(m.second);
                }));
    return wires.stream().toArray();
  }

  private static List<Integer> every(List<Integer> list, int from) {
    List<Integer> out = new ArrayList<>();
    for (int i = from; i < list.size(); i += 2) {
      out.add(list.get(i));
    }
    return out;
  }

  private static final class Builder {
    private final int wires;
    private final List<List<Match>> pairings = new ArrayList<>();
    private final List<Match> merges = new ArrayList<>();

    Builder(int wires) {
      this.wires = wires;
    }

    SelectionNetwork build(int k) {
      List<Integer> all = new ArrayList<>();
      for (int e = 0; e < wires; e++) {
        all.add(e);
      }
      List<Integer> winners = select(all, k, 0);
      return new SelectionNetwork(pairings, layered(needed(winners)), winners);
    }

    private List<Integer> select(List<Integer> in, int k, int depth) {
      if (k == 0 || in.size() == 1) {
        return k == 0 ? List.of() : in;
      }
      if (pairings.size() == depth) {
        pairings.add(new ArrayList<>());
      }
      List<Integer> won = every(in, 0);
      List<Integer> lost = every(in, 1);
      for (int i = 0; i < lost.size(); i++) {
        pairings.get(depth).add(new Match(won.get(i), lost.get(i)));
      }
      List<Integer> best = select(won, k, depth + 1);
      List<Integer> second = select(lost, k / 2, depth + 1);
      List<Integer> sorted = second.isEmpty() ? best : new Merger(best, second, merges).sorted();
      return List.copyOf(sorted.subList(0, Math.min(k, sorted.size())));
    }

    /** Returns the merges that some output depends on, in order. */
    private List<Match> needed(List<Integer> winners) {
      BitSet live = new BitSet();
      winners.forEach(live::set);
      List<Match> kept = new ArrayList<>();
      for (int i = merges.size() - 1; i >= 0; i--) {
        Match m = merges.get(i);
        if (live.get(m.first) || live.get(m.second)) {
          live.set(m.first);
          live.set(m.second);
          kept.add(0, m);
        }
      }
      return kept;
    }

    /** Returns layers in which each match is as early as its wires allow. */
    private List<List<Match>> layered(List<Match> matches) {
      List<List<Match>> layers = new ArrayList<>();
      int[] depth = new int[wires];
      for (Match m : matches) {
        int at = Math.max(depth[m.first], depth[m.second]);
        if (layers.size() == at) {
          layers.add(new ArrayList<>());
        }
        layers.get(at).add(m);
        depth[m.first] = at + 1;
        depth[m.second] = at + 1;
      }
      return layers;
    }
  }

  /**
   * Merges the winners' and the losers' list by Batcher's odd-even merge, without matches whose
   * outcome is known.
   */
  private static final class Merger {
    private final List<Integer> wires = new ArrayList<>();
    private final List<Match> merges;
    private final boolean[][] larger;
    private final int best;

    /**
     * Prepares a merge. Both lists descend, and the j-th loser has j winners above it besides its
     * own.
     */
    Merger(List<Integer> best, List<Integer> second, List<Match> merges) {
      this.wires.addAll(best);
      this.wires.addAll(second);
      this.merges = merges;
      this.best = best.size();
      this.larger = new boolean[wires.size()][wires.size()];
      for (int i = 0; i < wires.size(); i++) {
        for (int j = i + 1; j < wires.size(); j++) {
          larger[i][j] = i >= this.best || j < this.best || j - this.best >= i;
        }
      }
    }

    List<Integer> sorted() {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < wires.size(); i++) {
        places.add(i);
      }
      return merge(places.subList(0, best), places.subList(best, places.size())).stream()
          .map(wires::get)
          .toList();
    }

    private List<Integer> merge(List<Integer> a, List<Integer> b) {
      if (a.isEmpty() || b.isEmpty()) {
        return a.isEmpty() ? b : a;
      }
      if (a.size() == 1 && b.size() == 1) {
        return match(a.get(0), b.get(0));
      }
      List<Integer> even = merge(every(a, 0), every(b, 0));
      List<Integer> odd = merge(every(a, 1), every(b, 1));
      List<Integer> merged = new ArrayList<>(even.subList(0, 1));
      int matches = Math.min(odd.size(), even.size() - 1);
      for (int i = 0; i < matches; i++) {
        merged.addAll(match(odd.get(i), even.get(i + 1)));
      }
      merged.addAll(even.subList(matches + 1, even.size()));
      merged.addAll(odd.subList(matches, odd.size()));
      return merged;
    }

    /** Returns the two places, larger first; no match if the order is known. */
    private List<Integer> match(int a, int b) {
      if (larger[a][b] || larger[b][a]) {
        return larger[a][b] ? List.of(a, b) : List.of(b, a);
      }
      merges.add(new Match(wires.get(a), wires.get(b)));
      for (int x = 0; x < larger.length; x++) {
        boolean both = larger[a][x] && larger[b][x];
        larger[a][x] |= larger[b][x];
        larger[b][x] = both;
        both = larger[x][a] && larger[x][b];
        larger[x][b] |= larger[x][a];
        larger[x][a] = both;
      }
      larger[a][b] = true;
      return List.of(a, b);
    }
  }
}
