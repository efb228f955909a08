using Microsoft.Extensions.Hosting;
using Serverless.Access.Tokens;

namespace Serverless.Hosts.Standalone;

/// <summary>Makes the first token of a server whose storage is new, before anybody can call it.</summary>
internal sealed class FirstToken(TokenAdministration tokens) : IHostedService
{
    /// <summary>Null when the server had one.</summary>
    public string? Text { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken) => Text = await tokens.IssueFirstAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
