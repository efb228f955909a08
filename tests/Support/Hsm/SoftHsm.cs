using System.Runtime.InteropServices;
using Net.Pkcs11Interop.HighLevelAPI;
using Serverless.Signing.Pkcs11;

namespace Serverless.Tests.Support.Hsm;

/// <summary>
/// SoftHSM2, the software HSM, with its tokens in a folder of its own. The library reads its configuration once, so a test process has one of
/// these, and its tests have tokens in it.
/// </summary>
public sealed class SoftHsm : IDisposable
{
    private const string Configuration = "SOFTHSM2_CONF";

    private static readonly string[] Libraries =
    [
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-hsm-");
    private readonly Lock _making = new();
    private IPkcs11Library? _library;
    private int _made;

    /// <summary>True where the tests that need it are to run: where it is installed, and in CI, where they fail without it.</summary>
    public static bool IsExpected => FindLibrary() is not null || Environment.GetEnvironmentVariable("CI") is { Length: > 0 };

    public static string Library => FindLibrary() ?? throw new InvalidOperationException("SoftHSM2 is not installed; .ci/tools.sh installs it.");

    /// <summary>For other processes that are to see these tokens, as an environment variable.</summary>
    public KeyValuePair<string, string?> Environs => new(Configuration, ConfigurationFile);

    private string ConfigurationFile => Path.Combine(_folder.FullName, "softhsm2.conf");

    private DirectoryInfo Tokens => new(Path.Combine(_folder.FullName, "tokens"));

    /// <summary>A new token, without keys.</summary>
    public SoftHsmToken CreateToken()
    {
        lock (_making)
        {
            _library ??= Start();
            var others = FolderNames();
            var label = $"token {++_made}";
            return SoftHsmToken.Create(_library, label, () => Tokens.EnumerateDirectories().Single(folder => !others.Contains(folder.Name)));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string? FindLibrary() => Libraries.FirstOrDefault(File.Exists);

    // The runtime keeps an environment of its own; the library asks the C library's.
    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    private HashSet<string> FolderNames() => [.. Tokens.EnumerateDirectories().Select(folder => folder.Name)];

    private IPkcs11Library Start()
    {
        Tokens.Create();
        File.WriteAllText(ConfigurationFile, $"directories.tokendir = {Tokens.FullName}\nobjectstore.backend = file\nlog.level = ERROR\n");
        _ = SetEnvironment(Configuration, ConfigurationFile, overwrite: 1);
        return Pkcs11Libraries.Load(Library);
    }
}
