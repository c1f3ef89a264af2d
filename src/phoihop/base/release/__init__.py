"""What crosses a border: exports, emergencies, answers to outsiders, public documents."""
