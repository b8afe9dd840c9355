# Nothing is done in this lesson; its answers are in lesson.md, or computed.
