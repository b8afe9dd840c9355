# The volume is mounted where the database doesn't write.
# hint: lost
# step: keep
cat >> compose.yaml <<'END'
    volumes:
      - data:/var/lib/db

volumes:
  data:
END
docker compose up -d
