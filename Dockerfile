FROM python:3.13-slim

RUN useradd --create-home learner
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY pages pages
COPY dl101_core dl101_core

# Runs and downloaded data live here; mount a volume to keep them.
ENV DL101_STATE_DIR=/home/learner/dl101 \
    OMP_NUM_THREADS=1 \
    PYTHONUNBUFFERED=1
USER learner

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
