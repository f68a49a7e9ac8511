@echo off
rem prtg.bat - for a sensor "EXE/Script" of PRTG: runs check_cloudbackup_job and prints "VERDICT:TEXT", as PRTG wants it
rem
rem Copy it to "Custom Sensors\EXE" of the probe. The sensor's parameters are options of check_cloudbackup_job:
rem     --config "C:\ProgramData\cloudbackupjobs\contoso.json" --latest --object-type=exchange-online
rem The value is 0 for OK, 1 for WARNING, 2 for CRITICAL, 3 for UNKNOWN.
setlocal DisableDelayedExpansion
set "plugin=C:\Program Files\cloudbackupjobs\bin\check_cloudbackup_job.exe"
set "output=%TEMP%\cloudbackup-%RANDOM%-%RANDOM%.txt"
"%plugin%" %* >"%output%"
set verdict=%ERRORLEVEL%
rem The first line, up to the bar: what follows is for Nagios.
set "text="
for /f "usebackq delims=|" %%t in ("%output%") do if not defined text set "text=%%t"
if not defined text set "text=no output"
del "%output%"
setlocal EnableDelayedExpansion
echo !verdict!:!text!
exit /b %verdict%
