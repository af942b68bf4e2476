@echo off
rem The commands of the scheduled tasks: where khoi and its deployment lie, and where their words go.
set KHOI_HOME=C:\khoi-data
set PYTHONUTF8=1
set NO_COLOR=1
if not exist "%KHOI_HOME%\logs" mkdir "%KHOI_HOME%\logs"
"C:\khoi\.venv\Scripts\khoi.exe" %* >> "%KHOI_HOME%\logs\task.log" 2>&1
exit /b %ERRORLEVEL%
