"""An officer decides: queues, second readers, registers and the set-up of a procurement."""
