# The number is typed once more, not written down.
# hint: option-again
# step: stay
docker compose up -d --scale web=3
