using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Devices.Authentication;
using Serverless.Hosts.Azure;
using Serverless.Signing;
using Serverless.Signing.KeyVault;

namespace Serverless;

/// <summary>The isolated worker of Azure Functions: it finds the functions itself, so only the pipeline is composed here.</summary>
internal static class UpdateServer
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<RequestGuardMiddleware>();
        builder.AddTelemetry();
        builder.AddUpdatePipeline();
        builder.Services.AddPlatformFrontEnd(builder.Environment);
        builder.Services.AddKeyVaultSigning();
        builder.Services.AddSingleton<IClientCertificates, ForwardedCertificates>();
        var host = builder.Build();

        // A wrong setting of the custodian stops the start, and not the first upload.
        _ = host.Services.GetRequiredService<ICustodian>();
        await host.RunAsync();
        return 0;
    }
}
