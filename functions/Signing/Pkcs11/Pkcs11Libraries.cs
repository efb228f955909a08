using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Serverless.Signing.Pkcs11;

/// <summary>
/// The PKCS#11 libraries of this process. Each is loaded once and kept until the process ends, because initialisation is the process's
/// (PKCS#11 §5.4): to finalise a library would end the sessions of everyone in it, and wait for a call that hangs.
/// </summary>
internal static class Pkcs11Libraries
{
    private static readonly Lock Loading = new();
    private static readonly Dictionary<string, IPkcs11Library> Loaded = [];

    static Pkcs11Libraries() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, Resolve);

    /// <exception cref="CustodianException">The library cannot be loaded or does not start.</exception>
    public static IPkcs11Library Load(string path)
    {
        lock (Loading)
        {
            return Loaded.TryGetValue(path, out var loaded) ? loaded : Loaded[path] = LoadFirst(path);
        }
    }

    private static IPkcs11Library LoadFirst(string path)
    {
        var factories = new Pkcs11InteropFactories();
        try
        {
            return factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, path, AppType.MultiThreaded);
        }
        catch (Exception e) when (e is UnmanagedException or LibraryArchitectureException or DllNotFoundException or Pkcs11Exception)
        {
            var reason = Path.IsPathRooted(path) && !File.Exists(path) ? "There is no such file." : e.Message;
            throw new CustodianException($"The PKCS#11 library '{path}' (Signing:Pkcs11:Library) cannot be used: {reason}", e);
        }
    }

    // Pkcs11Interop asks for libdl by a name that only development packages install, and that newer C libraries have taken in.
    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? search) =>
        name != "libdl" ? 0 : NativeLibrary.TryLoad("libdl.so.2", out var loader) ? loader : NativeLibrary.Load("libc", assembly, search);
}
