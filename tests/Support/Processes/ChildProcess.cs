using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Serverless.Tests.Support.Processes;

/// <summary>
/// A process that does not outlive the test run. Killed when disposed, when the run ends, and, by a guard on the other end of a pipe, when
/// the run itself is killed.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Process? _guard;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, Process? guard, CapturedOutput output)
    {
        _process = process;
        _guard = guard;
        Output = output;
        _process.Exited += (_, _) => _exited.TrySetResult();
        _process.EnableRaisingEvents = true;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public int Id => _process.Id;

    public CapturedOutput Output { get; }

    public bool HasExited => _process.HasExited;

    /// <exception cref="InvalidOperationException">The program does not exist or cannot be run.</exception>
    public static ChildProcess Start(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            var process = Process.Start(start)!;
            var output = new CapturedOutput();
            output.Follow(process);
            process.StandardInput.Close();
            return new ChildProcess(process, Guard(process.Id), output);
        }
        catch (Win32Exception reason)
        {
            throw new InvalidOperationException($"'{start.FileName}' could not be started: {reason.Message}", reason);
        }
    }

    /// <summary>SIGKILL, of this process and no other. Harmless when it has exited.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGTERM; on Windows, which has none, the process is killed.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!HasExited && SendSignal(_process.Id, SigTerm) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Waits until the process has exited and all its output has been read.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        Kill();
        // Not WaitForExitAsync: that also waits for whoever inherited the output.
        await _exited.Task;
        _process.Dispose();
        _guard?.Kill();
        _guard?.Dispose();
    }

    /// <summary>A shell whose input ends when this process does, however it ends; then it kills the child.</summary>
    private static Process? Guard(int id) => OperatingSystem.IsWindows()
        ? null
        : Process.Start(new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", $"read _; kill -9 {id} 2>/dev/null" },
            RedirectStandardInput = true,
        });

    private void KillAtExit(object? sender, EventArgs e) => Kill();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int id, int signal);
}
