package io.modelrunner.decorator;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The calls of each model that are under way, and those that wait for their turn, in the order in which they came. */
final class Turns {
    /** Where a call stands. */
    enum State {
        /** It has not asked for its turn. */
        NEW,
        /** It waits. */
        WAITING,
        /** It is under way. */
        RUNNING,
        /** It has ended, was cancelled, or gave up waiting. */
        OVER
    }

    /** The calls of a model; kept only while there are some. */
    private static final class Queue {
        private final Set<Turn> waiting = new LinkedHashSet<>(); // who gives up may stand anywhere in it
        private int running;
    }

    // Guarded by this, as are the states of all turns.
    private final Map<String, Queue> queues = new HashMap<>();
    private boolean closed;

    /** {@return RUNNING if the call may begin at once, WAITING if it stands in the queue now, OVER if it was cancelled before} */
    synchronized State enter(Turn turn) {
        if (closed || turn.state == State.OVER) {
            turn.state = State.OVER;
            return State.OVER;
        }
        Queue queue = queues.computeIfAbsent(turn.key(), model -> new Queue());
        if (queue.running < turn.limit()) {
            queue.running++;
            turn.state = State.RUNNING;
        } else {
            queue.waiting.add(turn);
            turn.state = State.WAITING;
        }
        return turn.state;
    }

    /** {@return where a call stands that stops waiting: it leaves the queue, if it is still in it} */
    synchronized State stopWaiting(Turn turn) {
        State state = turn.state;
        if (state == State.WAITING) {
            leave(turn);
        }
        return state;
    }

    /** Ends a turn, whatever its state: its place is the next one's, and who waits for it is woken. */
    synchronized void leave(Turn turn) {
        State before = turn.state;
        turn.state = State.OVER;
        Queue queue = queues.get(turn.key());
        if (queue == null) {
            return;
        }
        if (before == State.WAITING) {
            queue.waiting.remove(turn);
            turn.wake();
        } else if (before == State.RUNNING) {
            handOn(turn.key(), queue);
        }
    }

    private void handOn(String model, Queue queue) {
        Iterator<Turn> waiting = queue.waiting.iterator();
        if (waiting.hasNext()) {
            Turn next = waiting.next();
            waiting.remove();
            next.state = State.RUNNING;
            next.wake();
            return;
        }
        queue.running--;
        if (queue.running == 0) {
            queues.remove(model);
        }
    }

    /** Cancels all who wait, and all who come later. */
    synchronized void close() {
        closed = true;
        queues.values().stream()
                .flatMap(queue -> List.copyOf(queue.waiting).stream())
                .toList()
                .forEach(this::leave);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int running(String model) {
        Queue queue = queues.get(model);
        return queue == null ? 0 : queue.running;
    }

    synchronized int waiting(String model) {
        Queue queue = queues.get(model);
        return queue == null ? 0 : queue.waiting.size();
    }
}
