package io.modelrunner.testing.fake;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults that are still to strike. */
final class Faults {
    private static final class Pending {
        private final Fault fault;
        private int left;

        Pending(Fault fault) {
            this.fault = fault;
            this.left = fault.times();
        }
    }

    private final List<Pending> pending = new ArrayList<>();

    synchronized void add(Fault fault) {
        pending.add(new Pending(fault));
    }

    synchronized void clear() {
        pending.clear();
    }

    /** {@return the fault that strikes here, the eldest if there are several; it is used up by this} */
    synchronized @Nullable Fault take(Fault.Target kind, Fault.Stage stage) {
        for (Iterator<Pending> each = pending.iterator(); each.hasNext(); ) {
            Pending next = each.next();
            if (next.fault.strikes(kind, stage)) {
                next.left--;
                if (next.left == 0) {
                    each.remove();
                }
                return next.fault;
            }
        }
        return null;
    }
}
