# Another volume than asked for.
# hint: other-name
# step: keep
cat >> compose.yaml <<'END'
    volumes:
      - rows:/var/lib/todo

volumes:
  rows:
END
docker compose up -d
