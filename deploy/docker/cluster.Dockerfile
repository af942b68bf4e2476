# The image of deploy/kubernetes and deploy/celery: the one of Dockerfile, with what Dagster needs there.
#   docker build --file deploy/docker/cluster.Dockerfile --tag khoi-cluster .
# No entry point: Dagster says itself what a pod does. The code location is one more pod, of this command:
#   dagster code-server start --host 0.0.0.0 --port 3030 --module-name orchestration.definitions
FROM khoi

USER root
COPY tests/support/clusters/requirements.txt /tmp/requirements.txt
RUN python -m pip install --no-deps --require-hashes --requirement /tmp/requirements.txt && rm /tmp/requirements.txt
# Where the wheel keeps the packages that Dagster starts from.
RUN ln -s "$(python -c 'import khoi, os; print(os.path.dirname(khoi.__file__))')/_bundle" /opt/khoi/bundle
ENV PYTHONPATH=/opt/khoi/bundle DAGSTER_HOME=/srv/dagster
RUN install --directory --owner khoi --mode 0700 /srv/dagster

USER khoi
ENTRYPOINT []
CMD ["dagster", "--version"]
